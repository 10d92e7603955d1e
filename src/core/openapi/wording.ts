import { tagOf, operationTextOf } from '../http/describe.decorators.js';
import type { RouteOrigin } from '../http/route.decorators.js';

/** What an operation says of itself, and where it stands. */
export interface Wording {
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
}

/** `@ApiOperation` is heard before `@Describe`. The tag takes the place of the controller's name. */
export function wording({ summary, description }: Wording, origin: RouteOrigin): Wording {
  const tag = tagOf(origin);
  const text = operationTextOf(origin);
  return {
    ...(tag ? { tags: [tag.name] } : {}),
    ...(text ? { summary: summary || text.summary } : {}),
    ...(text ? { description: description || text.description } : {}),
  };
}

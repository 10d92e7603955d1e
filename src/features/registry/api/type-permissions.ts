import type { OnModuleInit } from '@nestjs/common';
import { currentPrincipal } from '../../../core/access/access-context.js';
import type { ApiAccess } from '../../../core/access/api-access.js';
import { isPermissionName } from '../../../core/access/permission-name.js';
import { mayUse } from '../../../core/access/principal.js';
import { problem } from '../../../core/errors/problem.js';
import type { PlatformTypes } from '../platform-types.js';

/** The permission that names of each type need besides that of the routes. */
export class TypePermissions {
  constructor(
    private readonly permissions: Readonly<Record<string, string>> = {},
    api?: ApiAccess,
  ) {
    const wrong = Object.values(permissions).find((name) => !isPermissionName(name));
    if (wrong !== undefined) throw refused(`${JSON.stringify(wrong)} is no name of a permission`);
    const isAsked = typeof api === 'object' && 'permission' in api;
    if (isAsked || Object.keys(permissions).length === 0) return;
    throw refused("nothing tells who calls; give it api: { permission: 'registry:read' } too");
  }

  /** The types that have a permission of their own. */
  get types(): readonly string[] {
    return Object.keys(this.permissions);
  }

  /**
   * Returns what is asked for; throws `forbidden` unless the caller may see names of its type, or of
   * all types if it names none.
   */
  permitted<Asked extends { readonly type?: string | undefined }>(asked: Asked): Asked {
    const { type } = asked;
    const principal = currentPrincipal();
    const lacking = this.#needed(type).find((name) => !principal || !mayUse(principal, name));
    if (lacking === undefined) return asked;
    const next = type === undefined ? ' Name a type that it may see.' : '';
    throw problem('forbidden', { detail: `The caller lacks the permission ${lacking}.${next}` });
  }

  #needed(type: string | undefined): readonly string[] {
    if (type === undefined) return Object.values(this.permissions);
    return Object.hasOwn(this.permissions, type) ? [this.permissions[type]!] : [];
  }
}

/** Refuses to start with a permission for a type that does not exist, which protects nothing. */
export class TypePermissionsCheck implements OnModuleInit {
  constructor(
    private readonly permissions: TypePermissions,
    private readonly known: PlatformTypes,
  ) {}

  async onModuleInit(): Promise<void> {
    for (const name of this.permissions.types) {
      if (!(await this.known.find(name))) throw refused(`there is no type ${name}`);
    }
  }
}

function refused(why: string): Error {
  return problem('setup_refused', {
    detail: `RegistryModule.forRoot has permissions for types, but ${why}.`,
  });
}

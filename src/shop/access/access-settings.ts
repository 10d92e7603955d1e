import type { JwtVerifierOptions } from 'nest-dual-id/identity';
import { SettingsError } from '../settings-error.js';
import { chosenKeyPattern } from './key-options.js';

/** The settings of who may do what. */
export interface AccessSettings {
  /** The secret that hashes of API keys are made with; kept in the data folder by default. */
  readonly pepper: string | undefined;
  /** The token of the first key, if the operator chooses one. */
  readonly firstKey: string | undefined;
  /** The identity provider whose tokens customers send, if there is one. */
  readonly signIn: JwtVerifierOptions | undefined;
}

/** Reads who may do what from the environment. */
export function accessSettings(environment: NodeJS.ProcessEnv): AccessSettings {
  return {
    pepper: pepperFrom(environment['DUAL_ID_PEPPER']),
    firstKey: firstKeyFrom(environment['DUAL_ID_FIRST_KEY']),
    signIn: signInFrom(environment),
  };
}

function pepperFrom(text: string | undefined): string | undefined {
  if (!text) return undefined;
  if (/^[0-9a-f]{64,}$/i.test(text)) return text;
  throw new SettingsError(
    'DUAL_ID_PEPPER is not made of 64 or more hexadecimal digits. Set it to what openssl rand -hex 32 prints.',
  );
}

function firstKeyFrom(text: string | undefined): string | undefined {
  if (!text) return undefined;
  if (new RegExp(`^${chosenKeyPattern.source}$`).test(text)) return text;
  throw new SettingsError(
    'DUAL_ID_FIRST_KEY is not first- followed by 40 to 128 letters, digits, underscores and hyphens. Set it to one such as first-$(openssl rand -hex 32), or unset it to have one made.',
  );
}

function signInFrom(environment: NodeJS.ProcessEnv): JwtVerifierOptions | undefined {
  const issuer = environment['JWT_ISSUER'] || undefined;
  const audience = environment['JWT_AUDIENCE'] || undefined;
  const jwksUri = environment['JWT_JWKS_URI'] || undefined;
  if (issuer && audience && jwksUri) return { issuer, audience, jwksUri };
  if (!issuer && !audience && !jwksUri) return undefined;
  throw new SettingsError(
    'JWT_ISSUER, JWT_AUDIENCE and JWT_JWKS_URI belong together. Set all of them, or none to recognize API keys alone.',
  );
}

import {
  ArrayMaxSize,
  IsArray,
  IsISO8601,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  Min,
} from 'class-validator';
import { IsPublicId } from '../../../core/body/body-fields.js';
import type { PublicId } from '../../../core/ids/ids.js';
import { Passport } from '../../../core/passport/passport.entity.js';
import { maxName, maxScope, maxScopes } from '../new-key.js';

const maxGraceSeconds = 30 * 86_400;

/** An instant has a time zone. */
const zoned = /T.*(?:Z|[+-]\d\d:?\d\d)$/;

/** A key to create. */
export class CreateKey {
  /** By which people recognize the key. */
  @IsString()
  @Length(1, maxName)
  name!: string;

  /** What the key is limited to. */
  @IsArray()
  @ArrayMaxSize(maxScopes)
  @IsString({ each: true })
  @Length(1, maxScope, { each: true })
  scopes!: string[];

  /** When it ends; never if this is absent. */
  @IsOptional()
  @IsISO8601({ strict: true, strictSeparator: true })
  @Matches(zoned, { message: 'expiresAt must end with Z or an offset' })
  expiresAt?: string | null;

  /**
   * For whom it acts; if this is absent, the caller, or nobody if the caller manages the keys of all.
   */
  @IsOptional()
  @IsPublicId(Passport)
  principalUuid?: PublicId<Passport> | null;
}

/** How a key is rotated. */
export class RotateKey {
  /** For how long the old key is still valid; not at all if this is absent. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(maxGraceSeconds)
  graceSeconds?: number;

  /** When the new key ends; when the old one does if this is absent. */
  @IsOptional()
  @IsISO8601({ strict: true, strictSeparator: true })
  @Matches(zoned, { message: 'expiresAt must end with Z or an offset' })
  expiresAt?: string | null;
}

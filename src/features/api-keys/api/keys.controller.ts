import { Body, Controller, Delete, Get, Inject, Post, Query } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { PublicIdParam } from '../../../core/http/binding.decorators.js';
import { Describe, Tag } from '../../../core/http/describe.decorators.js';
import { WithoutEnvelope } from '../../../core/http/envelope.js';
import { TakesQuery } from '../../../core/http/route-query.js';
import { ReturnsNothing, ReturnsSchema } from '../../../core/http/route.decorators.js';
import type { PublicId } from '../../../core/ids/ids.js';
import { CursorCipher } from '../../../core/page/cursor.js';
import { pageRules } from '../../../core/page/page-rules.js';
import type { Page } from '../../../core/page/page.js';
import type { RawQuery } from '../../../core/page/read-page-query.js';
import { Passport } from '../../../core/passport/passport.entity.js';
import { ApiKeys } from '../api-keys.js';
import type { IssuedKey } from '../issued-key.js';
import type { KeyInfo } from '../key-info.js';
import { CreateKey, RotateKey } from './key-input.js';
import { issuedKeySchema, keySchema, keysPageSchema } from './key-schemas.js';
import { readKeysPage } from './keys-page.js';
import * as docs from './keys-docs.js';

type KeyUuid = PublicId<Passport>;

/** Makes the controller that manages keys, for callers that the application allows. */
export function keysController(access: ClassDecorator): Type {
  @Tag(docs.keysTag)
  @Controller('keys')
  @WithoutEnvelope()
  @access
  class KeysController {
    constructor(
      @Inject(ApiKeys) private readonly keys: ApiKeys,
      @Inject(CursorCipher) private readonly cursors: CursorCipher,
    ) {}

    @Describe(docs.listKeysDocs)
    @Get()
    @TakesQuery(pageRules)
    @ReturnsSchema(keysPageSchema)
    list(@Query() query: RawQuery): Promise<Page<KeyInfo>> {
      return readKeysPage(this.keys, this.cursors, query);
    }

    @Describe(docs.createKeyDocs)
    @Post()
    @ReturnsSchema(issuedKeySchema)
    async create(@Body() { expiresAt, ...key }: CreateKey): Promise<object> {
      return withToken(await this.keys.create({ ...key, ...expiry(expiresAt) }));
    }

    @Describe(docs.getKeyDocs)
    @Get(':keyUuid')
    @ReturnsSchema(keySchema)
    get(@PublicIdParam('keyUuid', Passport) uuid: KeyUuid): Promise<KeyInfo> {
      return this.keys.get(uuid);
    }

    @Describe(docs.revokeKeyDocs)
    @Delete(':keyUuid')
    @ReturnsNothing()
    revoke(@PublicIdParam('keyUuid', Passport) uuid: KeyUuid): Promise<void> {
      return this.keys.revoke(uuid);
    }

    @Describe(docs.rotateKeyDocs)
    @Post(':keyUuid/rotate')
    @ReturnsSchema(issuedKeySchema)
    async rotate(
      @PublicIdParam('keyUuid', Passport) uuid: KeyUuid,
      @Body() { graceSeconds = 0, expiresAt }: RotateKey,
    ): Promise<object> {
      const grace = graceSeconds * 1_000;
      return withToken(await this.keys.rotate(uuid, { grace, ...expiry(expiresAt) }));
    }
  }

  return KeysController;
}

function withToken({ key, token }: IssuedKey): object {
  return { ...key, token };
}

function expiry(text: string | null | undefined): { expiresAt?: Date | null } {
  if (text === undefined) return {};
  return { expiresAt: text === null ? null : new Date(text) };
}

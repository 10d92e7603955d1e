import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { ApiKeysModule } from 'nest-dual-id/api-keys';
import type { JwtVerifierOptions } from 'nest-dual-id/identity';
import { IdentityModule, JwtVerifier } from 'nest-dual-id/identity';
import { User } from '../users/user.entity.js';
import { shopKeyOptions } from './key-options.js';
import { RolesController } from './roles.controller.js';
import { UserRolesController } from './user-roles.controller.js';

/** By what the shop recognizes people. */
export interface AccessOptions {
  /** The secret that hashes of API keys are made with, which the database does not have. */
  readonly pepper: string;
  /** The identity provider whose tokens customers send; without one they send API keys. */
  readonly signIn?: JwtVerifierOptions | undefined;
}

/** Who makes a request, and what they may do. */
@Module({})
export class AccessModule {
  static forRoot({ pepper, signIn }: AccessOptions): DynamicModule {
    const authenticators = signIn === undefined ? [] : [new JwtVerifier(signIn)];
    return {
      module: AccessModule,
      imports: [
        IdentityModule.forRoot({ principal: User, authenticators }),
        ApiKeysModule.forRoot(shopKeyOptions(pepper)),
      ],
      controllers: [RolesController, UserRolesController],
    };
  }
}

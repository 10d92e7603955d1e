import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DualIdModule } from 'nest-dual-id';
import { RegistryModule } from 'nest-dual-id/registry';
import { shopDataSource } from './data-source-options.js';
import { UsersModule } from './users/users.module.js';

/** The composition root: the only place that lists what the shop is made of. */
@Module({})
export class AppModule {
  static forRoot({ databaseUrl }: { databaseUrl: string }) {
    return {
      module: AppModule,
      imports: [
        TypeOrmModule.forRoot(shopDataSource(databaseUrl)),
        DualIdModule.forRoot({ secret: 'change-me-please-now' }),
        RegistryModule,
        UsersModule,
      ],
    };
  }
}

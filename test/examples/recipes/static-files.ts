import { resolve } from 'node:path';
import { Module } from '@nestjs/common';
import { ServeStaticModule } from '@nestjs/serve-static';
import { DualIdModule } from 'nest-dual-id';
import { InvoicesModule } from './invoices.module.js';

@Module({
  imports: [
    InvoicesModule,
    DualIdModule.forRoot({ exempt: { '/site': 'files of the web site, no rows' } }),
    ServeStaticModule.forRoot({
      serveRoot: '/site',
      rootPath: resolve(process.env['SITE_FOLDER'] ?? 'site'),
    }),
  ],
})
export class AppModule {}

import { Module } from '@nestjs/common';
import { ExplorerController } from './explorer.controller.js';

/**
 * The registry explorer, a page at `/explorer`. It calls the routes of the registry and of the
 * relations, so import their modules as well; guarding all three is up to the application.
 */
@Module({ controllers: [ExplorerController] })
export class ExplorerModule {}

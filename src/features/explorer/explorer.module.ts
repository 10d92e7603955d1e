import { Module } from '@nestjs/common';
import { ExplorerController } from './explorer.controller.js';

/**
 * The registry explorer, a page at `/explorer`. It asks the routes of the registry and of the
 * relations, so import their modules as well; guards in front of all three are the application's.
 */
@Module({ controllers: [ExplorerController] })
export class ExplorerModule {}

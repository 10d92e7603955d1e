import { Module } from '@nestjs/common';
import { DualIdModule } from 'nest-dual-id';
import { User } from './user.entity.js';
import { UsersController } from './users.controller.js';

@Module({ imports: [DualIdModule.forFeature([User])], controllers: [UsersController] })
export class UsersModule {}

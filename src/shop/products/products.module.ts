import { Module } from '@nestjs/common';
import { DualIdModule } from 'nest-dual-id';
import { Aisle } from './aisle.entity.js';
import { AislesController } from './aisles.controller.js';
import { Department } from './department.entity.js';
import { DepartmentsController } from './departments.controller.js';
import { Product } from './product.entity.js';
import { ProductsController } from './products.controller.js';

@Module({
  imports: [DualIdModule.forFeature([Department, Aisle, Product])],
  controllers: [ProductsController, DepartmentsController, AislesController],
})
export class ProductsModule {}

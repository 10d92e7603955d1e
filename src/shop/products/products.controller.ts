import { Body, Controller, Delete, Get, Patch, Post } from '@nestjs/common';
import type { DualIdRepository, Page, PageRequest, PublicId, Versions } from 'nest-dual-id';
import {
  Bind,
  IfMatch,
  InjectDualId,
  PageOf,
  PublicIdParam,
  Returns,
  ReturnsNothing,
  ReturnsPage,
} from 'nest-dual-id';
import { Product } from './product.entity.js';
import { ChangeProduct, CreateProduct } from './product.input.js';
import { ProductView } from './product.view.js';

@Controller('products')
export class ProductsController {
  constructor(@InjectDualId(Product) private readonly products: DualIdRepository<Product>) {}

  @Get()
  @ReturnsPage(ProductView)
  list(@PageOf(ProductView) page: PageRequest): Promise<Page<ProductView>> {
    return this.products.page(ProductView, page);
  }

  @Post()
  @Returns(ProductView, { location: '/products/:uuid' })
  create(@Body() input: CreateProduct): Promise<ProductView> {
    return this.products.create(ProductView, input);
  }

  @Get(':productUuid')
  @Returns(ProductView)
  get(@Bind('productUuid', ProductView) product: ProductView): ProductView {
    return product;
  }

  @Patch(':productUuid')
  @Returns(ProductView)
  change(
    @PublicIdParam('productUuid', Product) uuid: PublicId<Product>,
    @Body() changes: ChangeProduct,
    @IfMatch() versions?: Versions,
  ): Promise<ProductView> {
    return this.products.update(ProductView, uuid, changes, versions);
  }

  @Delete(':productUuid')
  @ReturnsNothing()
  remove(
    @PublicIdParam('productUuid', Product) uuid: PublicId<Product>,
    @IfMatch() versions?: Versions,
  ): Promise<void> {
    return this.products.remove(uuid, versions);
  }
}

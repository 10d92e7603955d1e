import { Body, Controller, Delete, Get, Patch, Post } from '@nestjs/common';
import type { DualIdRepository, Page, PageRequest, PublicId, Versions } from 'nest-dual-id';
import {
  Bind,
  Describe,
  IfMatch,
  InjectDualId,
  PageOf,
  Public,
  PublicIdParam,
  Requires,
  Returns,
  ReturnsNothing,
  ReturnsPage,
  Tag,
} from 'nest-dual-id';
import { Product } from './product.entity.js';
import { ChangeProduct, CreateProduct } from './product.input.js';
import { ProductView } from './product.view.js';
import { productsDocs } from './products.docs.js';
import { productsTag } from '../docs/tags.js';

@Tag(productsTag)
@Controller('products')
export class ProductsController {
  constructor(@InjectDualId(Product) private readonly products: DualIdRepository<Product>) {}

  @Describe(productsDocs.list)
  @Public()
  @Get()
  @ReturnsPage(ProductView)
  list(@PageOf(ProductView) page: PageRequest): Promise<Page<ProductView>> {
    return this.products.page(ProductView, page);
  }

  @Describe(productsDocs.create)
  @Requires('catalogue:write')
  @Post()
  @Returns(ProductView, { location: '/products/:uuid' })
  create(@Body() input: CreateProduct): Promise<ProductView> {
    return this.products.create(ProductView, input);
  }

  @Describe(productsDocs.get)
  @Public()
  @Get(':productUuid')
  @Returns(ProductView)
  get(@Bind('productUuid', ProductView) product: ProductView): ProductView {
    return product;
  }

  @Describe(productsDocs.change)
  @Requires('catalogue:write')
  @Patch(':productUuid')
  @Returns(ProductView)
  change(
    @PublicIdParam('productUuid', Product) uuid: PublicId<Product>,
    @Body() changes: ChangeProduct,
    @IfMatch() versions?: Versions,
  ): Promise<ProductView> {
    return this.products.update(ProductView, uuid, changes, versions);
  }

  @Describe(productsDocs.remove)
  @Requires('catalogue:write')
  @Delete(':productUuid')
  @ReturnsNothing()
  remove(
    @PublicIdParam('productUuid', Product) uuid: PublicId<Product>,
    @IfMatch() versions?: Versions,
  ): Promise<void> {
    return this.products.remove(uuid, versions);
  }
}

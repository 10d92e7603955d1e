import { Controller, Get } from '@nestjs/common';
import type { DualIdRepository, Page, PageRequest } from 'nest-dual-id';
import {
  Bind,
  Describe,
  InjectDualId,
  PageOf,
  Public,
  Returns,
  ReturnsPage,
  Tag,
} from 'nest-dual-id';
import { Aisle } from './aisle.entity.js';
import { AisleView } from './aisle.view.js';
import { aislesDocs } from './products.docs.js';
import { productsTag } from '../docs/tags.js';

@Tag(productsTag)
@Controller('aisles')
@Public()
export class AislesController {
  constructor(@InjectDualId(Aisle) private readonly aisles: DualIdRepository<Aisle>) {}

  @Describe(aislesDocs.list)
  @Get()
  @ReturnsPage(AisleView)
  list(@PageOf(AisleView) page: PageRequest): Promise<Page<AisleView>> {
    return this.aisles.page(AisleView, page);
  }

  @Describe(aislesDocs.get)
  @Get(':slug')
  @Returns(AisleView)
  get(@Bind('slug', AisleView) aisle: AisleView): AisleView {
    return aisle;
  }
}

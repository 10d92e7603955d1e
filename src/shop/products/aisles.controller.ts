import { Controller, Get } from '@nestjs/common';
import type { DualIdRepository, Page, PageRequest } from 'nest-dual-id';
import { Bind, InjectDualId, PageOf, Returns, ReturnsPage } from 'nest-dual-id';
import { Aisle } from './aisle.entity.js';
import { AisleView } from './aisle.view.js';

@Controller('aisles')
export class AislesController {
  constructor(@InjectDualId(Aisle) private readonly aisles: DualIdRepository<Aisle>) {}

  @Get()
  @ReturnsPage(AisleView)
  list(@PageOf(AisleView) page: PageRequest): Promise<Page<AisleView>> {
    return this.aisles.page(AisleView, page);
  }

  @Get(':slug')
  @Returns(AisleView)
  get(@Bind('slug', AisleView) aisle: AisleView): AisleView {
    return aisle;
  }
}

import { Controller, Get } from '@nestjs/common';
import type { Page, PageRequest } from 'nest-dual-id';
import {
  Bind,
  DualIdRepository,
  InjectDualId,
  PageOf,
  Returns,
  ReturnsPage,
} from 'nest-dual-id';
import { Insurer } from './insurer.entity.js';
import { InsurerView } from './insurer.view.js';

@Controller('insurers')
export class InsurersController {
  constructor(
    @InjectDualId(Insurer) private readonly insurers: DualIdRepository<Insurer>,
  ) {}

  @Get()
  @ReturnsPage(InsurerView)
  list(@PageOf(InsurerView) page: PageRequest): Promise<Page<InsurerView>> {
    return this.insurers.page(InsurerView, page);
  }

  @Get(':insurerUuid')
  @Returns(InsurerView)
  get(@Bind('insurerUuid', InsurerView) insurer: InsurerView) {
    return insurer;
  }
}

import { Body, Controller, Get, Post } from '@nestjs/common';
import type { Page, PageRequest } from 'nest-dual-id';
import {
  Bind,
  DualIdRepository,
  InjectDualId,
  PageOf,
  Returns,
  ReturnsPage,
} from 'nest-dual-id';
import { CreateSpecialityDto } from './speciality.dto.js';
import { Speciality } from './speciality.entity.js';
import { SpecialityView } from './speciality.view.js';

@Controller('specialities')
export class SpecialitiesController {
  constructor(
    @InjectDualId(Speciality)
    private readonly specialities: DualIdRepository<Speciality>,
  ) {}

  @Get()
  @ReturnsPage(SpecialityView)
  list(
    @PageOf(SpecialityView) page: PageRequest,
  ): Promise<Page<SpecialityView>> {
    return this.specialities.page(SpecialityView, page);
  }

  @Post()
  @Returns(SpecialityView, { location: '/specialities/:uuid' })
  create(@Body() input: CreateSpecialityDto): Promise<SpecialityView> {
    return this.specialities.create(SpecialityView, input);
  }

  @Get(':specialityUuid')
  @Returns(SpecialityView)
  get(@Bind('specialityUuid', SpecialityView) speciality: SpecialityView) {
    return speciality;
  }
}

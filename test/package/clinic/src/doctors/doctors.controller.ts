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
import { CreateDoctorDto } from './doctor.dto.js';
import { Doctor } from './doctor.entity.js';
import { DoctorView } from './doctor.view.js';

@Controller('doctors')
export class DoctorsController {
  constructor(
    @InjectDualId(Doctor) private readonly doctors: DualIdRepository<Doctor>,
  ) {}

  @Get()
  @ReturnsPage(DoctorView)
  list(@PageOf(DoctorView) page: PageRequest): Promise<Page<DoctorView>> {
    return this.doctors.page(DoctorView, page);
  }

  @Post()
  @Returns(DoctorView, { location: '/doctors/:uuid' })
  create(@Body() input: CreateDoctorDto): Promise<DoctorView> {
    return this.doctors.create(DoctorView, input);
  }

  @Get(':doctorUuid')
  @Returns(DoctorView)
  get(@Bind('doctorUuid', DoctorView) doctor: DoctorView) {
    return doctor;
  }
}

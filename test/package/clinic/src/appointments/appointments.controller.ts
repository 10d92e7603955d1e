import { Body, Controller, Get, Patch, Post } from '@nestjs/common';
import type { Page, PageRequest, PublicId } from 'nest-dual-id';
import {
  Bind,
  DualIdRepository,
  InjectDualId,
  PageOf,
  PublicIdParam,
  Returns,
  ReturnsPage,
} from 'nest-dual-id';
import {
  ChangeAppointmentDto,
  CreateAppointmentDto,
} from './appointment.dto.js';
import { Appointment } from './appointment.entity.js';
import { AppointmentView } from './appointment.view.js';

@Controller('appointments')
export class AppointmentsController {
  constructor(
    @InjectDualId(Appointment)
    private readonly appointments: DualIdRepository<Appointment>,
  ) {}

  @Get()
  @ReturnsPage(AppointmentView)
  list(
    @PageOf(AppointmentView) page: PageRequest,
  ): Promise<Page<AppointmentView>> {
    return this.appointments.page(AppointmentView, page);
  }

  @Post()
  @Returns(AppointmentView, { location: '/appointments/:uuid' })
  create(@Body() input: CreateAppointmentDto): Promise<AppointmentView> {
    return this.appointments.create(AppointmentView, input);
  }

  @Get(':appointmentUuid')
  @Returns(AppointmentView)
  get(@Bind('appointmentUuid', AppointmentView) appointment: AppointmentView) {
    return appointment;
  }

  @Patch(':appointmentUuid')
  @Returns(AppointmentView)
  change(
    @PublicIdParam('appointmentUuid', Appointment) uuid: PublicId<Appointment>,
    @Body() changes: ChangeAppointmentDto,
  ): Promise<AppointmentView> {
    return this.appointments.update(AppointmentView, uuid, changes);
  }
}

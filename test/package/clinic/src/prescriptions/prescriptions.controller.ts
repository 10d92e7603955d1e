import { Body, Controller, Get, Post } from '@nestjs/common';
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
import { Roles } from '../access/roles.decorator.js';
import { Patient } from '../patients/patient.entity.js';
import { CreatePrescriptionDto } from './prescription.dto.js';
import { Prescription } from './prescription.entity.js';
import { PrescriptionView } from './prescription.view.js';

const ofPatient = { within: { patientUuid: 'patient' } };

@Controller('patients/:patientUuid/prescriptions')
export class PrescriptionsController {
  constructor(
    @InjectDualId(Prescription)
    private readonly prescriptions: DualIdRepository<Prescription>,
  ) {}

  @Get()
  @ReturnsPage(PrescriptionView)
  list(
    @PageOf(PrescriptionView, ofPatient) page: PageRequest,
  ): Promise<Page<PrescriptionView>> {
    return this.prescriptions.page(PrescriptionView, page);
  }

  @Post()
  @Roles(['doctor'])
  @Returns(PrescriptionView, {
    location: '/patients/:patientUuid/prescriptions/:uuid',
  })
  write(
    @PublicIdParam('patientUuid', Patient) patientUuid: PublicId<Patient>,
    @Body() input: CreatePrescriptionDto,
  ): Promise<PrescriptionView> {
    return this.prescriptions.create(PrescriptionView, {
      ...input,
      patientUuid,
    });
  }

  @Get(':prescriptionUuid')
  @Returns(PrescriptionView)
  get(
    @Bind('prescriptionUuid', PrescriptionView, ofPatient)
    prescription: PrescriptionView,
  ) {
    return prescription;
  }
}

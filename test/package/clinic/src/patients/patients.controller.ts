import { Body, Controller, Delete, Get, Patch, Post } from '@nestjs/common';
import type { Page, PageRequest, PublicId, Versions } from 'nest-dual-id';
import {
  Bind,
  DualIdRepository,
  IfMatch,
  InjectDualId,
  PageOf,
  PublicIdParam,
  Returns,
  ReturnsNothing,
  ReturnsPage,
} from 'nest-dual-id';
import { ChangePatientDto, CreatePatientDto } from './patient.dto.js';
import { Patient } from './patient.entity.js';
import { PatientView } from './patient.view.js';

@Controller('patients')
export class PatientsController {
  constructor(
    @InjectDualId(Patient) private readonly patients: DualIdRepository<Patient>,
  ) {}

  @Get()
  @ReturnsPage(PatientView)
  list(@PageOf(PatientView) page: PageRequest): Promise<Page<PatientView>> {
    return this.patients.page(PatientView, page);
  }

  @Post()
  @Returns(PatientView, { location: '/patients/:uuid' })
  create(@Body() input: CreatePatientDto): Promise<PatientView> {
    return this.patients.create(PatientView, input);
  }

  @Get(':patientUuid')
  @Returns(PatientView)
  get(@Bind('patientUuid', PatientView) patient: PatientView) {
    return patient;
  }

  @Patch(':patientUuid')
  @Returns(PatientView)
  change(
    @PublicIdParam('patientUuid', Patient) uuid: PublicId<Patient>,
    @Body() changes: ChangePatientDto,
    @IfMatch() versions?: Versions,
  ): Promise<PatientView> {
    return this.patients.update(PatientView, uuid, changes, versions);
  }

  /** Erases the person; appointments and prescriptions stay. */
  @Delete(':patientUuid')
  @ReturnsNothing()
  erase(
    @PublicIdParam('patientUuid', Patient) uuid: PublicId<Patient>,
    @IfMatch() versions?: Versions,
  ): Promise<void> {
    return this.patients.erase(uuid, versions);
  }
}

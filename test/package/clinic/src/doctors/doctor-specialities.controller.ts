import { Body, Controller, Delete, Post, Put } from '@nestjs/common';
import type { PublicId, Versions } from 'nest-dual-id';
import {
  DualIdRepository,
  IfMatch,
  InjectDualId,
  PublicIdParam,
  Returns,
  ReturnsNothing,
} from 'nest-dual-id';
import { Speciality } from '../specialities/speciality.entity.js';
import { SpecialitiesDto } from './doctor.dto.js';
import { Doctor } from './doctor.entity.js';
import { DoctorView } from './doctor.view.js';

/** What a doctor is known for: replaced as a whole, added to, and taken away one by one. */
@Controller('doctors/:doctorUuid/specialities')
export class DoctorSpecialitiesController {
  constructor(
    @InjectDualId(Doctor) private readonly doctors: DualIdRepository<Doctor>,
  ) {}

  @Put()
  @Returns(DoctorView)
  async set(
    @PublicIdParam('doctorUuid', Doctor) doctor: PublicId<Doctor>,
    @Body() { specialityUuids }: SpecialitiesDto,
    @IfMatch() versions?: Versions,
  ): Promise<DoctorView> {
    await this.links.set(doctor, specialityUuids, versions);
    return this.doctors.get(DoctorView, doctor);
  }

  @Post()
  @Returns(DoctorView)
  async add(
    @PublicIdParam('doctorUuid', Doctor) doctor: PublicId<Doctor>,
    @Body() { specialityUuids }: SpecialitiesDto,
    @IfMatch() versions?: Versions,
  ): Promise<DoctorView> {
    await this.links.add(doctor, specialityUuids, versions);
    return this.doctors.get(DoctorView, doctor);
  }

  @Delete(':specialityUuid')
  @ReturnsNothing()
  async remove(
    @PublicIdParam('doctorUuid', Doctor) doctor: PublicId<Doctor>,
    @PublicIdParam('specialityUuid', Speciality, {
      unscoped: 'whoever does not have it keeps not having it',
    })
    speciality: PublicId<Speciality>,
  ): Promise<void> {
    await this.links.remove(doctor, [speciality]);
  }

  private get links() {
    return this.doctors.links('specialities', { named: 'specialityUuids' });
  }
}

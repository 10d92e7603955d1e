import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DualIdModule } from 'nest-dual-id';
import { AccessModule } from './access/access.module.js';
import { AppointmentsModule } from './appointments/appointments.module.js';
import { clinicDataSource, databaseUrl } from './database.js';
import { DepartmentsModule } from './departments/departments.module.js';
import { DoctorsModule } from './doctors/doctors.module.js';
import { DocumentsModule } from './documents/documents.module.js';
import { InsurersModule } from './insurers/insurers.module.js';
import { OrganisationsModule } from './organisations/organisations.module.js';
import { PatientsModule } from './patients/patients.module.js';
import { PrescriptionsModule } from './prescriptions/prescriptions.module.js';
import { SpecialitiesModule } from './specialities/specialities.module.js';

@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      useFactory: () => ({
        ...clinicDataSource(databaseUrl()),
        retryAttempts: 0,
      }),
    }),
    DualIdModule.forRoot({
      exempt: {
        '/docs': 'Swagger UI',
        '/docs-json': 'its document',
        '/docs-yaml': 'its document',
      },
    }),
    AccessModule,
    OrganisationsModule,
    DepartmentsModule,
    SpecialitiesModule,
    DoctorsModule,
    InsurersModule,
    PatientsModule,
    DocumentsModule,
    AppointmentsModule,
    PrescriptionsModule,
  ],
})
export class AppModule {}

import { AsyncLocalStorage } from 'node:async_hooks';
import { Body, Controller, Get, Patch, Post } from '@nestjs/common';
import { IsNumberString, IsString } from 'class-validator';
import type { DualIdRepository, Page, PageRequest, PublicId, SchemaRunner } from 'nest-dual-id';
import {
  addDualId,
  Bind,
  DualId,
  DualIdEntity,
  Field,
  InjectDualId,
  installDualId,
  PageOf,
  PublicIdParam,
  Returns,
  ReturnsPage,
  View,
} from 'nest-dual-id';
import { addHistory, HistoryModule, installHistory } from 'nest-dual-id/history';
import { Column } from 'typeorm';

@DualId({ table: 'employees', type: 71 })
export class Employee extends DualIdEntity {
  @Column('text') name!: string;
  @Column('numeric') salary!: string;
  @Column({ type: 'text', nullable: true }) pin!: string | null;
}

@View(Employee)
export class EmployeeView {
  @Field() uuid!: PublicId<Employee>;
  @Field() name!: string;
  @Field() salary!: string;
}

export class Hire {
  @IsString() name!: string;
  @IsNumberString() salary!: string;
}

export class Raise {
  @IsNumberString() salary!: string;
}

/** Who is signed in, as your own guard or middleware stores it. */
export const signedIn = new AsyncLocalStorage<string>();

@Controller('employees')
export class EmployeesController {
  constructor(@InjectDualId(Employee) private readonly employees: DualIdRepository<Employee>) {}

  @Get()
  @ReturnsPage(EmployeeView)
  list(@PageOf(EmployeeView) page: PageRequest): Promise<Page<EmployeeView>> {
    return this.employees.page(EmployeeView, page);
  }

  @Get(':employeeUuid')
  @Returns(EmployeeView)
  get(@Bind('employeeUuid', EmployeeView) employee: EmployeeView): EmployeeView {
    return employee;
  }

  @Post()
  @Returns(EmployeeView)
  hire(@Body() input: Hire): Promise<EmployeeView> {
    return this.employees.create(EmployeeView, input);
  }

  @Patch(':employeeUuid')
  @Returns(EmployeeView)
  raise(
    @PublicIdParam('employeeUuid', Employee) uuid: PublicId<Employee>,
    @Body() input: Raise,
  ): Promise<EmployeeView> {
    return this.employees.update(EmployeeView, uuid, input);
  }
}

export async function migrateEmployees(runner: SchemaRunner): Promise<void> {
  await installDualId(runner);
  await runner.query(
    'CREATE TABLE employees (name text NOT NULL, salary numeric NOT NULL, pin text)',
  );
  await addDualId(runner, { table: 'employees', type: { id: 71, name: 'employee' } });
  await installHistory(runner);
  await addHistory(runner, { table: 'employees', keep: 'rows', redact: ['pin'] });
}

export const history = HistoryModule.forRoot({ actor: () => signedIn.getStore() });

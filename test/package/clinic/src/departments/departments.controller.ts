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
import { ChangeDepartmentDto, CreateDepartmentDto } from './department.dto.js';
import { Department } from './department.entity.js';
import { DepartmentView } from './department.view.js';

@Controller('departments')
export class DepartmentsController {
  constructor(
    @InjectDualId(Department)
    private readonly departments: DualIdRepository<Department>,
  ) {}

  @Get()
  @ReturnsPage(DepartmentView)
  list(
    @PageOf(DepartmentView) page: PageRequest,
  ): Promise<Page<DepartmentView>> {
    return this.departments.page(DepartmentView, page);
  }

  @Post()
  @Returns(DepartmentView, { location: '/departments/:uuid' })
  create(@Body() input: CreateDepartmentDto): Promise<DepartmentView> {
    return this.departments.create(DepartmentView, input);
  }

  @Get(':departmentUuid')
  @Returns(DepartmentView)
  get(@Bind('departmentUuid', DepartmentView) department: DepartmentView) {
    return department;
  }

  @Patch(':departmentUuid')
  @Returns(DepartmentView)
  change(
    @PublicIdParam('departmentUuid', Department) uuid: PublicId<Department>,
    @Body() changes: ChangeDepartmentDto,
  ): Promise<DepartmentView> {
    return this.departments.update(DepartmentView, uuid, changes);
  }
}

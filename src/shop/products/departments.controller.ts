import { Controller, Get } from '@nestjs/common';
import type { DualIdRepository, Page, PageRequest } from 'nest-dual-id';
import { Bind, InjectDualId, PageOf, Returns, ReturnsPage } from 'nest-dual-id';
import { Department } from './department.entity.js';
import { DepartmentView } from './department.view.js';

@Controller('departments')
export class DepartmentsController {
  constructor(
    @InjectDualId(Department) private readonly departments: DualIdRepository<Department>,
  ) {}

  @Get()
  @ReturnsPage(DepartmentView)
  list(@PageOf(DepartmentView) page: PageRequest): Promise<Page<DepartmentView>> {
    return this.departments.page(DepartmentView, page);
  }

  @Get(':slug')
  @Returns(DepartmentView)
  get(@Bind('slug', DepartmentView) department: DepartmentView): DepartmentView {
    return department;
  }
}

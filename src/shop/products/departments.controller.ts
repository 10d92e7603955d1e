import { Controller, Get } from '@nestjs/common';
import type { DualIdRepository, Page, PageRequest } from 'nest-dual-id';
import {
  Bind,
  Describe,
  InjectDualId,
  PageOf,
  Public,
  Returns,
  ReturnsPage,
  Tag,
} from 'nest-dual-id';
import { Department } from './department.entity.js';
import { DepartmentView } from './department.view.js';
import { departmentsDocs } from './products.docs.js';
import { productsTag } from '../docs/tags.js';

@Tag(productsTag)
@Controller('departments')
@Public()
export class DepartmentsController {
  constructor(
    @InjectDualId(Department) private readonly departments: DualIdRepository<Department>,
  ) {}

  @Describe(departmentsDocs.list)
  @Get()
  @ReturnsPage(DepartmentView)
  list(@PageOf(DepartmentView) page: PageRequest): Promise<Page<DepartmentView>> {
    return this.departments.page(DepartmentView, page);
  }

  @Describe(departmentsDocs.get)
  @Get(':slug')
  @Returns(DepartmentView)
  get(@Bind('slug', DepartmentView) department: DepartmentView): DepartmentView {
    return department;
  }
}

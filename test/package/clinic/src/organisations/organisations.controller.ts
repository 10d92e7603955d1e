import { Body, Controller, Delete, Get, Patch, Post } from '@nestjs/common';
import type { Page, PageRequest, PublicId } from 'nest-dual-id';
import {
  Bind,
  DualIdRepository,
  InjectDualId,
  PageOf,
  PublicIdParam,
  Returns,
  ReturnsNothing,
  ReturnsPage,
} from 'nest-dual-id';
import {
  ChangeOrganisationDto,
  CreateOrganisationDto,
} from './organisation.dto.js';
import { Organisation } from './organisation.entity.js';
import { OrganisationView } from './organisation.view.js';

@Controller('organisations')
export class OrganisationsController {
  constructor(
    @InjectDualId(Organisation)
    private readonly organisations: DualIdRepository<Organisation>,
  ) {}

  @Get()
  @ReturnsPage(OrganisationView)
  list(
    @PageOf(OrganisationView) page: PageRequest,
  ): Promise<Page<OrganisationView>> {
    return this.organisations.page(OrganisationView, page);
  }

  @Post()
  @Returns(OrganisationView, { location: '/organisations/:uuid' })
  create(@Body() input: CreateOrganisationDto): Promise<OrganisationView> {
    return this.organisations.create(OrganisationView, input);
  }

  @Get(':organisationUuid')
  @Returns(OrganisationView)
  get(
    @Bind('organisationUuid', OrganisationView) organisation: OrganisationView,
  ) {
    return organisation;
  }

  @Patch(':organisationUuid')
  @Returns(OrganisationView)
  change(
    @PublicIdParam('organisationUuid', Organisation)
    uuid: PublicId<Organisation>,
    @Body() changes: ChangeOrganisationDto,
  ): Promise<OrganisationView> {
    return this.organisations.update(OrganisationView, uuid, changes);
  }

  @Delete(':organisationUuid')
  @ReturnsNothing()
  remove(
    @PublicIdParam('organisationUuid', Organisation)
    uuid: PublicId<Organisation>,
  ): Promise<void> {
    return this.organisations.remove(uuid);
  }
}

import { Controller, Get, Inject } from '@nestjs/common';
import { PageOf, Repositories, ReturnsPage } from 'nest-dual-id';
import type { Page, PageRequest } from 'nest-dual-id';
import type { Api } from '../api.js';
import { startApi } from '../api.js';
import type { Library } from '../library/library.js';
import { openLibrary } from '../library/library.js';
import { Cabinet, Label, Specimen, specimenEntities } from './specimen.entities.js';
import { makeSpecimens } from './specimen.tables.js';
import { CabinetView, LabelView, SpecimenView } from './specimen.views.js';

@Controller()
class MuseumController {
  constructor(@Inject(Repositories) private readonly repositories: Repositories) {}

  @Get('specimens')
  @ReturnsPage(SpecimenView)
  specimens(@PageOf(SpecimenView) page: PageRequest): Promise<Page<SpecimenView>> {
    return this.repositories.of(Specimen).page(SpecimenView, page);
  }

  @Get('labels')
  @ReturnsPage(LabelView)
  labels(@PageOf(LabelView) page: PageRequest): Promise<Page<LabelView>> {
    return this.repositories.of(Label).page(LabelView, page);
  }

  @Get('cabinets')
  @ReturnsPage(CabinetView)
  cabinets(@PageOf(CabinetView) page: PageRequest): Promise<Page<CabinetView>> {
    return this.repositories.of(Cabinet).page(CabinetView, page);
  }
}

/** The specimens behind HTTP, with their database open beside it. */
export interface ServedMuseum extends Library {
  readonly api: Api;
}

/** Starts an application that lists specimens alone, behind their labels and in their cabinets. */
export async function serveMuseum(): Promise<ServedMuseum> {
  const museum = await openLibrary({}, specimenEntities, makeSpecimens);
  const { url } = museum;
  const controllers = [MuseumController];
  const api = await startApi({ url, entities: specimenEntities, controllers });
  const close = async () => {
    await api.close();
    await museum.close();
  };
  return { ...museum, api, close };
}

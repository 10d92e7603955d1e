import {
  BadRequestException,
  Controller,
  Get,
  Post,
  Req,
  StreamableFile,
} from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { FastifyRequest } from 'fastify';
import type { Page, PageRequest, PublicId } from 'nest-dual-id';
import {
  Accepts,
  Bind,
  DualIdRepository,
  InjectDualId,
  keepMessage,
  PageOf,
  PublicIdParam,
  Returns,
  ReturnsPage,
  Unshaped,
} from 'nest-dual-id';
import { Readable } from 'node:stream';
import { Repository } from 'typeorm';
import { Patient } from '../patients/patient.entity.js';
import { PatientDocument } from './document.entity.js';
import { DocumentView } from './document.view.js';

const ofPatient = { within: { patientUuid: 'patient' } };

@Controller('patients/:patientUuid/documents')
export class DocumentsController {
  constructor(
    @InjectDualId(PatientDocument)
    private readonly documents: DualIdRepository<PatientDocument>,
    @InjectRepository(PatientDocument)
    private readonly contents: Repository<PatientDocument>,
  ) {}

  @Get()
  @ReturnsPage(DocumentView)
  list(
    @PageOf(DocumentView, ofPatient) page: PageRequest,
  ): Promise<Page<DocumentView>> {
    return this.documents.page(DocumentView, page);
  }

  @Post()
  @Accepts('multipart/form-data')
  @Returns(DocumentView, { location: '/patients/:patientUuid/documents/:uuid' })
  async upload(
    @PublicIdParam('patientUuid', Patient) patientUuid: PublicId<Patient>,
    @Req() request: FastifyRequest,
  ): Promise<DocumentView> {
    const file = await request.file();
    if (!file) throw keepMessage(new BadRequestException('Send a file.'));
    const content = await file.toBuffer();
    return this.documents.create(DocumentView, {
      patientUuid,
      fileName: file.filename,
      mediaType: file.mimetype,
      size: content.length,
      content,
    });
  }

  @Get(':documentUuid')
  @Returns(DocumentView)
  get(@Bind('documentUuid', DocumentView, ofPatient) document: DocumentView) {
    return document;
  }

  @Get(':documentUuid/content')
  @Unshaped('the bytes of a file')
  async download(
    @Bind('documentUuid', DocumentView, ofPatient) document: DocumentView,
  ): Promise<StreamableFile> {
    const { content } = await this.contents.findOneOrFail({
      select: { content: true },
      where: { uuid: document.uuid },
    });
    return new StreamableFile(Readable.from([content]), {
      type: document.mediaType,
      length: document.size,
      disposition: 'attachment',
    });
  }
}

import { Body, Controller, Get, Post } from '@nestjs/common';
import { InjectDualId, IsPublicId, OwnOr, PageOf, Returns, ReturnsPage } from 'nest-dual-id';
import type { DualIdRepository, Page, PageRequest, PublicId } from 'nest-dual-id';
import { AcceptsLegacyIds } from 'nest-dual-id/legacy-ids';
import { NewReply, Reply, ReplyView, Ticket } from './tickets.js';

class NewReplyTo extends NewReply {
  @IsPublicId(Ticket) ticketUuid!: PublicId<Ticket>;
}

@Controller('replies')
@OwnOr('tickets:read')
export class RepliesController {
  constructor(@InjectDualId(Reply) private readonly replies: DualIdRepository<Reply>) {}

  @Get()
  @AcceptsLegacyIds({ query: ['ticketUuid'] })
  @ReturnsPage(ReplyView)
  list(@PageOf(ReplyView) page: PageRequest): Promise<Page<ReplyView>> {
    return this.replies.page(ReplyView, page);
  }

  @Post()
  @AcceptsLegacyIds({ body: ['ticketUuid'] })
  @Returns(ReplyView)
  add(@Body() reply: NewReplyTo): Promise<ReplyView> {
    return this.replies.create(ReplyView, { ...reply });
  }
}

import { Readable } from 'node:stream';
import {
  ConflictException,
  Controller,
  Get,
  Header,
  Post,
  Res,
  StreamableFile,
} from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ReturnsNothing, ReturnsSchema, Unshaped } from 'nest-dual-id';

const names = { type: 'object', properties: { name: { type: 'string' } } } as const;
const forAnHour = 'public, max-age=3600';

/** Responses of every kind without a version, and some that set their own caching. */
@Controller('kinds')
export class KindsController {
  @Get('schema')
  @ReturnsSchema(names)
  schema() {
    return { name: 'Ada' };
  }

  @Post('nothing')
  @ReturnsNothing()
  nothing(): void {}

  @Get('text')
  @Unshaped('a text')
  text(): string {
    return 'as I like';
  }

  @Get('stream')
  @Unshaped('a file')
  stream(): StreamableFile {
    return new StreamableFile(Readable.from(['a', 'b']));
  }

  @Get('kept')
  @Header('Cache-Control', forAnHour)
  @ReturnsSchema(names)
  kept() {
    return { name: 'Ada' };
  }

  @Get('set')
  @Unshaped('sets a header')
  set(@Res({ passthrough: true }) reply: FastifyReply): string {
    void reply.header('cache-control', forAnHour);
    return 'as I like';
  }

  @Get('broken')
  @Header('Cache-Control', forAnHour)
  @ReturnsSchema(names)
  broken() {
    throw new ConflictException('no');
  }

  @Get('wrong')
  @Header('Cache-Control', forAnHour)
  @Unshaped('answers an error by itself')
  wrong(@Res() reply: FastifyReply): void {
    void reply.code(404).send('none');
  }
}

import type { OnModuleInit } from '@nestjs/common';
import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { problem } from '../../core/errors/problem.js';
import { DualIdFastifyAdapter } from '../../core/http/dual-id-fastify-adapter.js';

/** Refuses a log of addresses, in which old numbers would be kept. */
@Injectable()
export class RequestLogCheck implements OnModuleInit {
  constructor(@Inject(HttpAdapterHost) private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    const { httpAdapter } = this.host;
    if (!(httpAdapter instanceof DualIdFastifyAdapter) || !httpAdapter.logsRequests) return;
    throw problem('setup_refused', {
      detail:
        'The logger of Fastify logs the address of each request, and with it the numbers that LegacyIdsModule accepts. Create the adapter with logController: new LogController({ disableRequestLogging: true }), which fastify exports; protectEdge logs routes without addresses.',
    });
  }
}

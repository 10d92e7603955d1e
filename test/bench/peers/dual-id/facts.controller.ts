import { Controller, Get } from '@nestjs/common';
import type { DualIdRepository, Page, PageRequest } from 'nest-dual-id';
import { Bind, InjectDualId, PageOf, Returns, ReturnsPage } from 'nest-dual-id';
import { Order } from '../../../../src/shop/orders/order.entity.js';
import { OrderFacts, OwnedOrderFacts } from './facts.view.js';

/** The reads of E1, E2, E3 and E5, as an application of the library writes them. */
export function factsController(
  ...decorators: readonly ClassDecorator[]
): new (orders: DualIdRepository<Order>) => object {
  @Controller()
  class FactsController {
    constructor(@InjectDualId(Order) private readonly orders: DualIdRepository<Order>) {}

    @Get('facts/:orderUuid')
    @Returns(OrderFacts)
    facts(@Bind('orderUuid', OrderFacts) order: OrderFacts): OrderFacts {
      return order;
    }

    @Get('owned/:orderUuid')
    @Returns(OwnedOrderFacts)
    owned(@Bind('orderUuid', OwnedOrderFacts) order: OwnedOrderFacts): OwnedOrderFacts {
      return order;
    }

    @Get('users/:userUuid/facts')
    @ReturnsPage(OwnedOrderFacts)
    page(
      @PageOf(OwnedOrderFacts, { within: { userUuid: 'user' } }) page: PageRequest,
    ): Promise<Page<OwnedOrderFacts>> {
      return this.orders.page(OwnedOrderFacts, page);
    }
  }
  for (const decorate of decorators) decorate(FactsController);
  return FactsController;
}

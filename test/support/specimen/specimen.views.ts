import type { JsonSchema } from 'nest-dual-id';
import { Computed, Field, Many, View } from 'nest-dual-id';
import { Cabinet, Label, Specimen } from './specimen.entities.js';

const part: JsonSchema = {
  type: ['object', 'null'],
  properties: { name: { type: 'string' }, tags: { type: 'array', items: { type: 'string' } } },
};

@View(Specimen)
export class SpecimenView {
  @Field() uuid!: string;
  @Field() cabinetUuid!: string;
  @Field() small!: number | null;
  @Field() whole!: number | null;
  @Field() count!: string | null;
  @Field() amount!: string | null;
  @Field() ratio!: number | null;
  @Field() precise!: number | null;
  @Field() flag!: boolean | null;
  @Field() note!: string | null;
  @Field() code!: string | null;
  @Field() letters!: string | null;
  @Field() nick!: string | null;
  @Field() ticket!: string | null;
  @Field() seenAt!: Date | null;
  @Field() localAt!: Date | null;
  @Field() seenOn!: string | null;
  @Field() opens!: string | null;
  @Field() closes!: string | null;
  @Field() span!: string | null;
  @Field() host!: string | null;
  @Field() net!: string | null;
  @Field() cut!: string | null;
  @Field() grade!: number | null;
  @Field() cuts!: string[] | null;
  @Field() counts!: string[] | null;
  @Field() amounts!: string[] | null;
  @Field() words!: string[] | null;
  @Field() nicks!: string[] | null;
  @Field() flags!: boolean[] | null;
  @Field() moments!: Date[] | null;
  @Field() days!: string[] | null;
  @Field({ schema: part }) settings!: object | null;
  @Field({ schema: part }) raw!: object | null;
  @Field({ schema: { type: 'array', items: part } }) parts!: object[] | null;
  @Field({ schema: { type: 'string' } }) price!: string | null;
  @Field('size.width') width!: number | null;

  @Computed(
    { type: ['integer', 'null'] },
    (row) => `SELECT nullif(count(n), 0) FROM (SELECT ${row('whole')} AS n) one`,
  )
  wholes!: number | null;
  @Computed({ type: ['string', 'null'], format: 'date-time' }, (row) => row('seenAt'))
  sameMoment!: Date | null;
  @Computed({ type: ['string', 'null'] }, (row) => row('amount'))
  sameAmount!: string | null;
  @Computed({ type: ['array', 'null'], items: { type: ['string', 'null'] } }, (row) => row('words'))
  sameWords!: string[] | null;
  @Computed(part, (row) => row('settings'))
  sameSettings!: object | null;
}

@View(Label)
export class LabelView {
  @Field() uuid!: string;
  @Field() specimenUuid!: string | null;
  @Field(() => SpecimenView) specimen!: SpecimenView | null;
}

@View(Cabinet)
export class CabinetView {
  @Field() uuid!: string;
  @Many(() => SpecimenView, 'cabinet', { orderBy: 'small' }) specimens!: SpecimenView[];
}

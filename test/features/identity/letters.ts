import { Body, Controller, Delete, Get, Patch, Post } from '@nestjs/common';
import { IsOptional, IsString } from 'class-validator';
import {
  addDualId,
  Bind,
  DualId,
  DualIdEntity,
  Field,
  InjectDualId,
  installDualId,
  IsPublicId,
  OwnOr,
  PageOf,
  Public,
  PublicIdParam,
  Requires,
  Returns,
  ReturnsNothing,
  ReturnsPage,
  SignedIn,
  View,
} from 'nest-dual-id';
import type { DualIdRepository, Page, PageRequest, PublicId, SchemaRunner } from 'nest-dual-id';
import { installApiKeys } from 'nest-dual-id/api-keys';
import { installIdentity } from 'nest-dual-id/identity';
import { Column, DeleteDateColumn, JoinColumn, ManyToOne } from 'typeorm';

@DualId({ table: 'people', type: 30, owner: 'self' })
export class Person extends DualIdEntity {
  @Column('text') name!: string;
  @DeleteDateColumn({ type: 'timestamptz' }) deletedAt!: Date | null;
}

@DualId({ table: 'letters', type: 31, owner: 'person' })
export class Letter extends DualIdEntity {
  @Column('text') text!: string;
  @ManyToOne(() => Person, { nullable: false }) @JoinColumn() person!: Person;
}

@View(Letter, { sort: ['text'], filters: ['personUuid'] })
class LetterView {
  @Field() uuid!: PublicId<Letter>;
  @Field() text!: string;
  @Field() personUuid!: PublicId<Person>;
}

class NewLetter {
  @IsString() text!: string;
  @IsPublicId(Person) personUuid!: PublicId<Person>;
}

class ChangedLetter {
  @IsOptional() @IsString() text?: string;
}

@Controller('letters')
@OwnOr('letters:read')
export class LettersController {
  constructor(@InjectDualId(Letter) private readonly letters: DualIdRepository<Letter>) {}

  @Get()
  @ReturnsPage(LetterView)
  list(@PageOf(LetterView) page: PageRequest): Promise<Page<LetterView>> {
    return this.letters.page(LetterView, page);
  }

  @Get('count')
  @Requires('letters:count')
  @ReturnsNothing()
  count(): void {}

  @Get('help')
  @Public()
  @ReturnsNothing()
  help(): void {}

  @Get('whoami')
  @SignedIn()
  @ReturnsNothing()
  whoami(): void {}

  @Post()
  @OwnOr('letters:write')
  @Returns(LetterView)
  create(@Body() input: NewLetter): Promise<LetterView> {
    return this.letters.create(LetterView, input);
  }

  @Get(':letterUuid')
  @Returns(LetterView)
  show(@Bind('letterUuid', LetterView) letter: LetterView): LetterView {
    return letter;
  }

  @Patch(':letterUuid')
  @OwnOr('letters:write')
  @Returns(LetterView)
  change(
    @PublicIdParam('letterUuid', Letter) uuid: PublicId<Letter>,
    @Body() changes: ChangedLetter,
  ): Promise<LetterView> {
    return this.letters.update(LetterView, uuid, changes);
  }

  @Delete(':letterUuid')
  @OwnOr('letters:write')
  @ReturnsNothing()
  remove(@PublicIdParam('letterUuid', Letter) uuid: PublicId<Letter>): Promise<void> {
    return this.letters.remove(uuid);
  }
}

export async function migrateLetters(runner: SchemaRunner): Promise<void> {
  await installDualId(runner);
  await runner.query('CREATE TABLE people (name text NOT NULL, deleted_at timestamptz)');
  await addDualId(runner, {
    table: 'people',
    type: { id: 30, name: 'person' },
    deletedAt: 'deleted_at',
  });
  await runner.query(`CREATE TABLE letters (
    text text NOT NULL, person_id bigint NOT NULL REFERENCES people (id))`);
  await addDualId(runner, { table: 'letters', type: { id: 31, name: 'letter' } });
  await installApiKeys(runner);
  await installIdentity(runner, { principal: { table: 'people' } });
}

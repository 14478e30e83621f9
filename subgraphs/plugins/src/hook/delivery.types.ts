import { DateTime, PageInfo, Payload } from '@plexica/plugin-kit';
import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';

export const DeliveryStatus = { PENDING: 'PENDING', DELIVERED: 'DELIVERED', SKIPPED: 'SKIPPED', DEAD: 'DEAD' } as const;
registerEnumType(DeliveryStatus, {
  name: 'DeliveryStatus',
  description: 'How far an event is on its way to a plugin.',
  valuesConfig: {
    PENDING: { description: 'Waits for its first or its next attempt.' },
    DELIVERED: { description: 'The plugin answered that it is done.' },
    SKIPPED: { description: 'The plugin was switched off before it could be told.' },
    DEAD: { description: 'Every attempt failed; nothing more happens until somebody replays it.' },
  },
});

@ObjectType({ description: 'One event on its way to one plugin of the caller’s tenant.' })
export class HookDelivery {
  @Field(() => ID, { description: 'The same for every attempt; the plugin tells by it whether it has been here before.' })
  id!: string;

  pluginId!: string;

  @Field(() => String, { description: 'The event, such as `user.signed-in`.' })
  hook!: string;

  @Field(() => DeliveryStatus, { description: 'Whether the plugin has been told.' })
  status!: keyof typeof DeliveryStatus;

  @Field(() => Int, { description: 'How often it was tried so far, the attempt under way included.' })
  attempts!: number;

  @Field(() => String, { nullable: true, description: 'Why the last attempt failed, in words; null when none did.' })
  lastError?: string | null;

  @Field(() => DateTime, { description: 'When the event was queued for the plugin.' })
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it ended, however it did; null while it waits.' })
  finishedAt?: Date | null;
}

@ObjectType({ description: 'A delivery in a list.' })
class HookDeliveryEdge {
  @Field(() => String, { description: 'Marks this place in the list, for `after`.' })
  cursor!: string;

  @Field(() => HookDelivery, { description: 'The delivery at this place.' })
  node!: HookDelivery;
}

@ObjectType({ description: 'A page of deliveries, newest first.' })
export class HookDeliveryConnection {
  @Field(() => [HookDeliveryEdge], { description: 'The deliveries of this page, in order.' })
  edges!: HookDeliveryEdge[];

  @Field(() => PageInfo, { description: 'Whether older ones follow, and from where.' })
  pageInfo!: PageInfo;

  @Field(() => Int, { description: 'How many the whole list has, all pages together.' })
  totalCount!: number;
}

@InputType({ description: 'Which deliveries are wanted; what is left out does not restrict.' })
export class HookDeliveryFilter {
  @Field(() => ID, { nullable: true, description: 'Only those to this plugin.' })
  pluginId?: string | null;

  @Field(() => DeliveryStatus, { nullable: true, description: 'Only those that are this far.' })
  status?: keyof typeof DeliveryStatus | null;
}

@InputType({ description: 'Names a dead letter to send once more.' })
export class ReplayDeliveryInput {
  @Field(() => ID, { description: 'The delivery; `DELIVERY_NOT_FOUND` unless it is a dead one of the caller’s tenant.' })
  id!: string;
}

@InputType({ description: 'Names a dead letter that nobody needs any more.' })
export class DismissDeadLetterInput {
  @Field(() => ID, { description: 'The delivery; `DELIVERY_NOT_FOUND` unless it is a dead one of the caller’s tenant.' })
  id!: string;
}

@ObjectType({ description: 'Outcome of replaying; the delivery waits for its next attempt.' })
export class ReplayDeliveryPayload extends Payload {
  @Field(() => HookDelivery, { nullable: true, description: 'The delivery, pending again; null on user errors.' })
  delivery?: HookDelivery | null;
}

@ObjectType({ description: 'Outcome of dismissing; the delivery is gone.' })
export class DismissDeadLetterPayload extends Payload {
  @Field(() => HookDelivery, { nullable: true, description: 'The delivery as it was; null on user errors.' })
  delivery?: HookDelivery | null;
}

"""Reads topics with Confluent's own Python client: no code of Auditstream, only the registry's schemas.

Usage: decode.py BROKERS REGISTRY_URL TOPIC...
Prints one JSON object: for each topic how many records were decoded and one of them.
"""

import json
import sys

from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext


def records(brokers, topic):
    """Every record that is in the topic now."""
    consumer = Consumer({"bootstrap.servers": brokers, "group.id": "decode", "enable.auto.commit": False})
    partitions = consumer.list_topics(topic, timeout=10).topics[topic].partitions
    for number in partitions:
        low, high = consumer.get_watermark_offsets(TopicPartition(topic, number), timeout=10)
        if low == high:
            continue
        consumer.assign([TopicPartition(topic, number, low)])
        while consumer.position([TopicPartition(topic, number)])[0].offset < high:
            message = consumer.poll(10)
            if message is None:
                raise SystemExit(f"{topic}/{number}: no record came within 10 s")
            if message.error():
                raise SystemExit(str(message.error()))
            yield message.value()
    consumer.close()


def main():
    brokers, registry_url, *topics = sys.argv[1:]
    decode = AvroDeserializer(SchemaRegistryClient({"url": registry_url}))
    report = {}
    for topic in topics:
        context = SerializationContext(topic, MessageField.VALUE)
        values = [decode(value, context) for value in records(brokers, topic)]
        report[topic] = {"records": len(values), "example": values[0] if values else None}
    # What is no JSON is bytes and times; a body may have megabytes.
    print(json.dumps(report, default=lambda value: str(value)[:1000]))


main()

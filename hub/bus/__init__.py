"""The bus: durable events between processes, on RabbitMQ or embedded."""

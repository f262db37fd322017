package dev.gatehouse.broker;

import dev.gatehouse.mqtt.TopicFilter;

/// What one authenticated client may do with topics.
public interface Grants {
    /// Everything.
    Grants ALL = new Grants() {
        @Override
        public boolean mayPublish(String topic) {
            return true;
        }

        @Override
        public boolean maySubscribe(TopicFilter filter) {
            return true;
        }
    };

    /// Whether a message may be published under this topic name.
    boolean mayPublish(String topic);

    /// Whether everything that this filter can match may be received.
    boolean maySubscribe(TopicFilter filter);
}

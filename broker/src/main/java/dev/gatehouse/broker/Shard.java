package dev.gatehouse.broker;

/// Where the effects of a group of tenants become durable: the seam under which the journal lies.
///
/// Every promise to a client that rests on an effect (PUBACK, PUBREC, PUBCOMP, SUBACK, CONNACK of a persistent
/// session) waits for [Commit#durable]. What touches no persistent session and no retained message never comes here.
public interface Shard {
    /// Records an effect. Effects of one lane become durable in the order in which they were given.
    ///
    /// @param lane the calling lane; `done` is called on it, maybe before this returns
    void commit(Effect effect, Lane lane, Commit done);

    /// What the shard made of an effect.
    interface Commit {
        /// The effect survives whatever happens to the process.
        void durable();

        /// The effect could not be recorded: no promise may be given.
        void failed(String why);
    }

    /// A shard that keeps nothing: what is committed lasts as long as the process.
    Shard IN_MEMORY = (_, _, done) -> done.durable();
}

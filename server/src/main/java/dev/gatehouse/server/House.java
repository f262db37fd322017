package dev.gatehouse.server;

import java.util.function.LongSupplier;

import dev.gatehouse.broker.Broker;
import dev.gatehouse.server.access.Authenticator;
import dev.gatehouse.server.access.ScramAuthenticator;
import dev.gatehouse.server.access.TenantDirectory;
import dev.gatehouse.server.config.Configuration;
import dev.gatehouse.server.trail.TrailLedger;

/// What all connections of one service share.
///
/// @param clock microseconds since the epoch
record House(Configuration configuration, TenantDirectory directory, Authenticator authenticator,
        ScramAuthenticator scram, Drain drain, TrailLedger ledger, Broker broker, Contexts contexts,
        LongSupplier clock) {}

/// The configuration: one YAML file, read once at start, checked as a whole before anything else happens.
///
/// - **Depends on** `access` for what tenants, users and permissions are; knows nothing of what the settings do.
/// - **Threads:** everything is immutable.
/// - **Start reading at** [Configuration], then [Keys], then [ConfigurationReader].
@NullMarked
package dev.gatehouse.server.config;

import org.jspecify.annotations.NullMarked;

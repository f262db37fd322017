package dev.gatehouse.server.access;

/// One user of one tenant.
///
/// @param name as in CONNECT; 1 to 255 bytes of UTF-8 without control characters
/// @param credential what a password is verified against
/// @param permissions before `%u` and `%c` are filled in, see [Permissions#bind(String, String)]
public record UserEntry(String name, Credential credential, Permissions permissions, Origin origin) {}

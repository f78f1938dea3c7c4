/**
 * TLS 1.3 over any link: keys and certificates from files, the encrypted link, and the identity of
 * the other side.
 */
@NullMarked
package io.farref.tls;

import org.jspecify.annotations.NullMarked;

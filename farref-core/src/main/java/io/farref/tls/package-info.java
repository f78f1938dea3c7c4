/**
 * TLS 1.3 over any link: keys and certificates from files, the encrypted link, who is behind it.
 */
@NullMarked
package io.farref.tls;

import org.jspecify.annotations.NullMarked;

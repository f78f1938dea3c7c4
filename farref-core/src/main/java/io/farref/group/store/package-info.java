/**
 * Rendezvous stores: small key-value stores in which the workers of a group find each other.
 *
 * <p>{@link io.farref.group.store.Stores} opens a store by its URI. To add a kind of store,
 * implement {@code io.farref.spi.StoreProvider}.
 */
@NullMarked
package io.farref.group.store;

import org.jspecify.annotations.NullMarked;

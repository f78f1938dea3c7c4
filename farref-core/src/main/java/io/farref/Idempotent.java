package io.farref;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a method of a facade that may run twice without harm, or all methods that a facade
 * declares. A call of it that fails for a reason that may pass is retried, by the policy of the
 * reference ({@link RRef#retrying(Retry)}), else by {@link Retry#DEFAULT}.
 *
 * <p>A method that returns an {@link RRef} is not retried: its failure is in the reference.
 *
 * @see RRef#as
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Idempotent {}

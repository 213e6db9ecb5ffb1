/**
 * The client of a server that answers in OpenAI's protocol: vLLM, SGLang, llama.cpp, Ollama, OpenAI
 * itself.
 *
 * <p>It stands on the JDK's HTTP client, since openai-java brings Kotlin and OkHttp into Spark's
 * class path; the retries are its own, since those of Failsafe and resilience4j neither share a
 * server's pause between threads nor take a test's clock, and Guava's rate limiter cannot be
 * interrupted.
 */
package io.geolocsft.endpoint;

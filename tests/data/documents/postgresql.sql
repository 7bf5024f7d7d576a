--
-- PostgreSQL database dump
--

\restrict fFVcvR74WT2EIWdrb1aiOzhddRMoQghmngCqtYsxGSjqVen4TrppX2NGtXXBTQR

-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: news; Type: TABLE; Schema: public; Owner: root
--

CREATE TABLE public.news (
    id integer,
    title text
);


ALTER TABLE public.news OWNER TO root;

--
-- Data for Name: news; Type: TABLE DATA; Schema: public; Owner: root
--

COPY public.news (id, title) FROM stdin;
1	নদী
\.


--
-- PostgreSQL database dump complete
--

\unrestrict fFVcvR74WT2EIWdrb1aiOzhddRMoQghmngCqtYsxGSjqVen4TrppX2NGtXXBTQR

